// How a module of dist/isa is imported. The bundled command line has another way (scripts/bundle.mjs).

import { pathToFileURL } from 'node:url';

export const import_file = <Module>(path: string): Promise<Module> => import(pathToFileURL(path).href);
