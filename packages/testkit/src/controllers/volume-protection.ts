import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { claimFinalizer, volumeFinalizer } from '../strategies/volumes.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork, targetOf, withoutFinalizer } from './controller.ts'
import type { Controller } from './controller.ts'

const claims = '/persistentvolumeclaims'
const volumes = '/persistentvolumes'

/** A pod that may still run with a claim. */
const uses = (pod: KubeObject, claim: string): boolean =>
  !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase')) &&
  textAt(pod, 'spec', 'nodeName') !== '' &&
  listAt(pod, 'spec', 'volumes').some(
    (volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === claim,
  )

/** Lets claims and volumes go that are being deleted and that nothing uses: pods, or claims that are bound. */
export const volumeProtection = (api: Api): Controller => {
  const { store } = api
  const isUsed = (table: string, namespace: string, name: string, object: KubeObject): boolean => {
    if (table === volumes) return textAt(object, 'status', 'phase') === 'Bound'
    const pods = store.table('/pods')
    return pods.sortedKeys().some((key) => {
      const pod = pods.get(key)
      return pod !== undefined && pod.namespace === namespace && uses(pod.read(), name)
    })
  }
  const queue = keyedWork(function* (key): Verb<void> {
    const [table = '', namespace = '', name = ''] = key.split(' ')
    const stored = store.get(table, namespace, name)
    const object = stored?.read()
    const finalizer = table === claims ? claimFinalizer : volumeFinalizer
    if (stored === undefined || object?.metadata.deletionTimestamp === undefined) return
    if (!(object.metadata.finalizers ?? []).includes(finalizer)) return
    const target = targetOf(api, table, stored)
    if (target === undefined || isUsed(table, namespace, name, object)) return
    yield* changeObject(api, target, (old) => withoutFinalizer(old, finalizer), controllerOptions)
  }, api.clock)
  const add = (table: string, namespace: string, name: string): void =>
    queue.add([table, namespace, name].join(' '))
  const subscriptions = [claims, volumes].map((table) =>
    store.table(table).subscribe(({ current }) => {
      if (current.json.includes('"deletionTimestamp"')) add(table, current.namespace, current.name)
    }),
  )
  // a pod that ends lets its claims go
  const ofPods = store.table('/pods').subscribe(({ current }) => {
    for (const volume of listAt(current.read(), 'spec', 'volumes')) {
      const claim = textAt(recordAt(volume, 'persistentVolumeClaim'), 'claimName')
      if (claim !== '') add(claims, current.namespace, claim)
    }
  })
  return {
    stop() {
      for (const unsubscribe of [...subscriptions, ofPods]) unsubscribe()
      queue.stop()
    },
  }
}
