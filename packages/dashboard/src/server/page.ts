/** Escapes text for HTML. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}

/**
 * Returns the HTML of a page that shows a dashboard.
 *
 * @param policy content security policy as a `<meta>` element; null if the server sends it as a header
 * @param body HTML that loads the view
 */
export function pageOf({ policy, body }: { readonly policy: string | null; readonly body: string }): string {
  const meta = policy === null ? '' : `\n<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${meta}
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Training dashboard</title>
</head>
<body>
<main id="dashboard"></main>
${body}
</body>
</html>
`;
}

/** Returns the policy of a page whose scripts come from the given sources. It loads nothing from elsewhere. */
export function policyOf(scripts: string, connections: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `connect-src ${connections}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
