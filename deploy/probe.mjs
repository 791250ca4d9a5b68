// A container's health check, as the image has no curl: node probe.mjs <url>. Exit code 0 where it answers 2xx.
const [url] = process.argv.slice(2);
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(4000) });
  if (!response.ok) throw new Error(`${response.status} ${(await response.text()).slice(0, 500)}`);
} catch (error) {
  console.error(`${url}: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  process.exitCode = 1;
}
