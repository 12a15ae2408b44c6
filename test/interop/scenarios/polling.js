import { kplToKcl } from '../kpl-to-kcl.js';

export default (services) => kplToKcl(services, 'polling');
