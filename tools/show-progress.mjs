const QUIET_MS = 1_500;
const REPEAT_MS = 10_000;

/** Says what is going on when it takes longer than a moment, and again every ten seconds. */
export async function showProgress(what, work) {
  const start = Date.now();
  const elapsed = () => `${Math.round((Date.now() - start) / 1_000)} s`;
  let told = false;
  const tell = (text) => {
    told = true;
    console.log(`setup: ${text}`);
  };
  const first = setTimeout(() => tell(`${what} …`), QUIET_MS);
  const again = setInterval(() => tell(`${what}, ${elapsed()} so far`), REPEAT_MS);
  try {
    const result = await work();
    if (told) console.log(`setup: ${what}: done in ${elapsed()}`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}
