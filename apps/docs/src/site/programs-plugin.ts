import type { UserConfig } from 'vitepress';
import type { PublishedPrograms } from '../markdown/published-programs.ts';

type Plugin = NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number];

/** Serves compiled programs while pages are edited; in builds, `buildEnd` writes them. */
export function servePrograms(programs: PublishedPrograms): Plugin {
  return {
    name: 'manabi-programs',
    configureServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const [, hash] = /\/programs\/(\w+)\.js$/.exec(request.url ?? '') ?? [];
        const code = hash === undefined ? undefined : programs.codeOf(hash);
        if (code === undefined) return next();
        response.setHeader('content-type', 'text/javascript');
        response.end(code);
      });
    },
  };
}
