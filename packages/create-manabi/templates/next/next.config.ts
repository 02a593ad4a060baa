import type { NextConfig } from 'next';

const config: NextConfig = {
  // The server loads manabi from node_modules; pages contain what they use of it.
  serverExternalPackages: ['manabi'],
  // Deployments contain the model, which the route handler reads.
  outputFileTracingIncludes: { '/api/predict': ['./model/**'] },
};

export default config;
