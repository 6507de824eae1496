import { fileURLToPath } from 'node:url';

/** Root of the checkout, ending in '/'. Compiled files lie in loadtests/dist/src. */
export const checkout = fileURLToPath(new URL('../../../', import.meta.url));
