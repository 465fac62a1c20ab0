import { readFileSync } from 'node:fs'
import type { KubeObject } from '@odfmo/api-types/meta'
import { parse } from 'yaml'

/** An object of the hub as the original left it, by the end of its file's name. */
export const goldenObject = <T extends KubeObject>(name: string): T =>
  parse(readFileSync(new URL(`../../test/golden/hub__${name}.yaml`, import.meta.url), 'utf8')) as T
