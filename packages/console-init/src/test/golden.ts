import { readFileSync } from 'node:fs'
import type { KubeObject } from '@odfmo/api-types/meta'
import { parse } from 'yaml'

/** An object as the original left it on a real hub. */
export const golden = <T extends KubeObject>(name: string): T =>
  parse(readFileSync(new URL(`../../../../fixtures/golden/hub__${name}.yaml`, import.meta.url), 'utf8')) as T
