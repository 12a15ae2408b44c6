/** Resolves when `condition` holds; rejects with `what` if that takes longer than any healthy run would. */
export async function eventually(condition: () => boolean, what: string, patience = 20_000): Promise<void> {
  const deadline = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
