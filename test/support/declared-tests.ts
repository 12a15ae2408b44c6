/** Whether a test of that title is declared, and runs with its file. */
export function declaresTest(source: string, title: string): boolean {
  if (/\bdescribe\.(skip|only)\b/.test(source)) return false;
  for (const quote of ["'", '"', '`']) {
    const literal = `${quote}${title}${quote}`;
    for (let at = source.indexOf(literal); at >= 0; at = source.indexOf(literal, at + 1)) {
      // `it(` and `it.each(…)(`, and neither `it.skip(` nor a text that only mentions the title.
      if (/(\bit|\))\(\s*$/.test(source.slice(0, at))) return true;
    }
  }
  return false;
}
