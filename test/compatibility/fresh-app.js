import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { npmInstall, output } from './child.js';
import { everyEntryPoint, optionalPeers } from './packed.js';

/** One of the apps in this folder, installed in a folder of its own with the packed package. */
export class FreshApp {
  #typed;

  constructor(folder) {
    this.folder = folder;
  }

  /** Copies the app, installs what its `package.json` asks for and the tarball, and compiles it. */
  static async install(name, tarball, folder) {
    const app = new FreshApp(folder);
    await cp(join(import.meta.dirname, name), folder, { recursive: true });
    await npmInstall(folder, tarball);
    await output(process.execPath, [app.path('typescript', 'bin', 'tsc'), '-p', '.'], folder);
    return app;
  }

  /** A path within an installed package. */
  path(name, ...path) {
    return join(this.folder, 'node_modules', name, ...path);
  }

  /** Checks the app, every entry point and all declarations they reach with another compiler. */
  async typeCheck(compiler, options) {
    this.#typed ??= this.#addEntryPoints();
    await this.#typed;
    const strict = ['--noEmit', '--skipLibCheck', 'false'];
    return output(process.execPath, [compiler, '-p', '.', ...strict, ...options], this.folder);
  }

  async #addEntryPoints() {
    await npmInstall(this.folder, ...(await optionalPeers()));
    await writeFile(join(this.folder, 'src', 'entry-points.ts'), await everyEntryPoint());
  }
}
