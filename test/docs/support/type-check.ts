import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Example } from './examples.js';
import { ROOT } from './pages.js';

/** Compiles examples in one go, without writing them anywhere. @returns what the compiler has against them */
export function typeCheck(examples: readonly Example[]): string[] {
  const options = readOptions();
  const sources = new Map(examples.map(({ path, source }) => [path, source]));
  const folders = new Set([...sources.keys()].map((path) => dirname(path)));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => sources.has(path) || disk.fileExists(path),
    directoryExists: (path) => folders.has(path) || (disk.directoryExists?.(path) ?? true),
    readFile: (path) => sources.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const source = sources.get(path);
      if (source === undefined) return disk.getSourceFile(path, version, ...rest);
      return ts.createSourceFile(path, source, version);
    },
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return examples.flatMap((example) => problemsOf(example, program));
}

function readOptions(): ts.CompilerOptions {
  const file = join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  // An example shows what there is, not what is done with it.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

function problemsOf({ path, page, block, linesBefore }: Example, program: ts.Program): string[] {
  const file = program.getSourceFile(path);
  const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return diagnostics.map(({ start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) - linesBefore + block.line;
    return `${page}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
