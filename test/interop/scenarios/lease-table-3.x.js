import { KCL_3 } from '../kcl.js';
import { thereAndBack } from '../lease-table.js';

/** With positions that a KCL can count, and with others. */
export default async (services) => [
  ...(await thereAndBack(services, KCL_3, 'kpl')),
  ...(await thereAndBack(services, KCL_3, 'other')),
];
