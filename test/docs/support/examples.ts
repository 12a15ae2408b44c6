import { join } from 'node:path';
import { type Block, type Page, ROOT } from './pages.js';

/** A block of TypeScript as a file that can be compiled. */
export interface Example {
  /** The page's path. */
  readonly page: string;
  /** Of the file; nothing is there, unless somebody writes it. */
  readonly path: string;
  readonly source: string;
  readonly block: Block;
  /** How many lines of the source are before those of the block. */
  readonly linesBefore: number;
}

/** Where examples are as if they were in the repository, so that they resolve imports as its own files do. */
export const EXAMPLES = join(ROOT, 'test', '.docs');

const FILE_NAME = /^\/\/ ([\w./-]+\.ts)$/m;

/**
 * The blocks of TypeScript on a page, by these rules:
 *
 * - A block that imports something is a file, complete as it stands.
 * - One whose first line is a comment with a file's name is that file: others on the page can import it.
 * - Any other is a fragment. It goes on behind the nearest `<!-- ts … -->` comment above it, which has what readers know
 *   without being shown: imports and declarations.
 */
export function examplesOf(page: Page): Example[] {
  const folder = join(EXAMPLES, page.path.replaceAll('/', '-').replace(/\.md$/, ''));
  let context = '';
  return page.blocks.flatMap((block) => {
    if (block.language !== 'ts') return [];
    const name = nameOf(block);
    if (block.isHidden && name === undefined) context = `${block.code}\n`;
    const isFile = block.isHidden || name !== undefined || /^import\b/m.test(block.code);
    const before = isFile ? '' : context;
    return {
      page: page.path,
      path: join(folder, name ?? `line-${block.line}.ts`),
      source: `${before}${block.code}\nexport {};\n`,
      block,
      linesBefore: before.split('\n').length - 1,
    };
  });
}

function nameOf({ code }: Block): string | undefined {
  const [firstLine = ''] = code.split('\n', 1);
  return FILE_NAME.exec(firstLine)?.[1];
}
