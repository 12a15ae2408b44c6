/**
 * `npm run api`: writes the public declarations of every entry point into `api/<entry point>.api.md`, so that a change of
 * the public surface shows in a diff. `npm run api -- --check` writes nothing, and fails where a report is out of date.
 */
import console from 'node:console';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const ROOT = join(import.meta.dirname, '..');
const MANIFEST = join(ROOT, 'package.json');

const check = process.argv.includes('--check');

function entryPoints() {
  return Object.entries(JSON.parse(readFileSync(MANIFEST, 'utf8')).exports)
    .filter(([, conditions]) => typeof conditions === 'object')
    .map(([subPath, conditions]) => ({
      name: subPath === '.' ? 'main' : subPath.slice('./'.length),
      types: join(ROOT, conditions.import.types),
    }));
}

function configure({ name, types }, scratch) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: MANIFEST,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(ROOT, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: import.meta.dirname,
        reportTempFolder: scratch,
      },
      // Advice on how to write declarations: the reports are here for what the declarations say.
      messages: { extractorMessageReporting: { default: { logLevel: 'none' } } },
    },
  });
}

/** @returns whether the report is as the declarations are now */
function report(entryPoint, scratch) {
  const { succeeded, apiReportChanged } = Extractor.invoke(configure(entryPoint, scratch), {
    localBuild: !check,
    messageCallback: (message) => {
      message.handled = !['error', 'warning'].includes(message.logLevel) || message.category === 'console';
    },
  });
  if (apiReportChanged)
    console.log(`api/${entryPoint.name}.api.md ${check ? 'is out of date' : 'has been written'}`);
  return succeeded;
}

const scratch = mkdtempSync(join(tmpdir(), 'nestjs-kinesis-api-'));
try {
  const outcomes = entryPoints().map((entryPoint) => report(entryPoint, scratch));
  if (!outcomes.every(Boolean)) {
    if (check) console.log('The public API has changed: run npm run api, and commit what it writes.');
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
