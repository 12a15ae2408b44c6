import { KCL_2 } from '../kcl.js';
import { thereAndBack } from '../lease-table.js';

const KCL = { name: 'lease-table-2.x', program: KCL_2 };

/** With positions that a KCL can count, and with others. */
export default async (services) => [
  ...(await thereAndBack(services, { ...KCL, aggregates: 'kpl' })),
  ...(await thereAndBack(services, { ...KCL, aggregates: 'other' })),
];
