import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { KubeObject } from '@odfmo/api-types/meta'
import { parse } from 'yaml'
import { root } from '../../command/root.ts'

/** An object as the original left it on real clusters, by its file's name, without what that server gave it. */
export const golden = <T extends KubeObject>(name: string): T => {
  const object = parse(readFileSync(path.join(root, 'fixtures/golden', `${name}.yaml`), 'utf8')) as T
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, ...metadata } = object.metadata
  return { ...object, metadata }
}
