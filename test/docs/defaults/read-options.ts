import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/pages.js';

/** An option as its declaration has it. */
export interface Option {
  readonly name: string;
  readonly isRequired: boolean;
  /** Its type, as the source writes it. */
  readonly type: string;
  /** What is said about it, without tags. */
  readonly text: string;
  /** What is said behind `@defaultValue`. */
  readonly defaultValue: string | undefined;
}

/** The options that an interface declares itself, without those it inherits. */
export function readOptions(file: string, name: string): Option[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const declaration = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declaration || !ts.isInterfaceDeclaration(declaration))
    throw new Error(`${file} has no interface ${name}`);
  return declaration.members.filter(ts.isPropertySignature).map((member) => optionOf(member, source));
}

function optionOf(member: ts.PropertySignature, source: ts.SourceFile): Option {
  const [doc] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const tag = doc?.tags?.find(({ tagName }) => tagName.text === 'defaultValue');
  return {
    name: member.name.getText(source),
    isRequired: member.questionToken === undefined,
    type: member.type?.getText(source).replace(/\s+/g, ' ') ?? '',
    text: textOf(doc?.comment),
    defaultValue: tag && textOf(tag.comment),
  };
}

function textOf(comment: ts.JSDoc['comment']): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\s+/g, ' ').trim();
}
