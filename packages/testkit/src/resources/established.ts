import { listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** Whether the objects of a definition are served. */
export const isEstablished = (definition: KubeObject): boolean =>
  listAt(definition, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Established' && textAt(condition, 'status') === 'True',
  )
