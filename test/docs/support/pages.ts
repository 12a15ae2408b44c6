import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A fenced block of a page, or a comment that stands for one. */
export interface Block {
  /** The first word behind the fence: `ts`, `json`, `sh` …; empty where there is none. */
  readonly language: string;
  /** What follows it: `run`. */
  readonly mark: string;
  readonly code: string;
  /** The line of the page on which the code begins. */
  readonly line: number;
  /** It is in a comment that readers do not see. */
  readonly isHidden: boolean;
}

export interface Page {
  /** Its path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const CODE = /^(```|<!-- )(\w*)(?: (\w+))?\n(.*?)\n?^(?:```|-->)$/gms;

/** The pages for users: README, and all of docs. */
export function readPages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', ...docs.map((file) => `docs/${file}`)].map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, blocks: [...text.matchAll(CODE)].map((match) => blockOf(match, text)) };
}

function blockOf(match: RegExpExecArray, text: string): Block {
  const [, opening = '', language = '', mark = '', code = ''] = match;
  const line = text.slice(0, match.index).split('\n').length + 1;
  return { language, mark, code, line, isHidden: opening !== '```' };
}

/** The headings of a page, without their marks. */
export function headingsOf({ text }: Page): string[] {
  return [...text.replace(CODE, '').matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => heading.trim());
}

/** What can be linked to on a page, as GitHub names its headings. */
export function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headingsOf(page)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Where the links and pictures of a page lead, without what is only quoted in code. */
export function linksOf({ text }: Page): string[] {
  const prose = text.replace(CODE, '').replace(/`[^`\n]*`/g, '');
  const inMarkdown = [...prose.matchAll(/\]\(([^()\s]+)\)/g)];
  const inHtml = [...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return [...inMarkdown, ...inHtml].map(([, target = '']) => target);
}
