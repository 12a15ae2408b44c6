/**
 * `npm run interop`: clients that others wrote put and consume through the local Kinesis, with each other and with this
 * package. `async-kinesis` is the Python library of that name, and needs Python 3.10 and, the first time, PyPI; the
 * others are AWS's own Java libraries, the KPL and the KCL, and need a JDK 17, Maven 3.8 and, the first time, Maven
 * Central.
 */
import console from 'node:console';
import process from 'node:process';
import { interopWithAsyncKinesis } from './async-kinesis/interop.js';
import { interopWithJava, JAVA_SCENARIOS } from './java-interop.js';

const ASYNC_KINESIS = 'async-kinesis';
const ALL = [...JAVA_SCENARIOS, ASYNC_KINESIS];

// So that the programs it has started end with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const unknown = wanted.filter((name) => !ALL.includes(name));
if (unknown.length > 0) console.error(`unknown: ${unknown.join(', ')}; there are ${ALL.join(', ')}`);

const withJava = wanted.filter((name) => JAVA_SCENARIOS.includes(name));
const outcomes = [unknown.length === 0];
if (withJava.length > 0) outcomes.push(await interopWithJava(withJava));
if (wanted.includes(ASYNC_KINESIS)) outcomes.push(await interopWithAsyncKinesis());

const well = outcomes.every(Boolean);
console.log(well ? 'interop: all is well' : 'interop: FAILED');
process.exitCode = well ? 0 : 1;
