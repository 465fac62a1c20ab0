import {
  boolType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  structType,
  timestampType,
} from '../../cel/cel-type.ts'
import type { CelType } from '../../cel/cel-type.ts'
import type { StructTypes } from '../../cel/environment.ts'

const texts = (...names: readonly string[]): [string, CelType][] => names.map((name) => [name, stringType])
const textList = listType(stringType)
const textMap = mapType(stringType, stringType)

const kind = structType('kubernetes.GroupVersionKind')
const resource = structType('kubernetes.GroupVersionResource')
const userInfo = structType('kubernetes.UserInfo')

export const requestType = structType('kubernetes.AdmissionRequest')
export const namespaceType = structType('kubernetes.Namespace')
/** Of the variables of a policy; which fields it has differs. */
export const variablesType = structType('kubernetes.variables')

/** The types of what expressions of policies are given, as the real server declares them. */
export const policyStructs: StructTypes = new Map<string, ReadonlyMap<string, CelType>>([
  [kind.name, new Map(texts('group', 'version', 'kind'))],
  [resource.name, new Map(texts('group', 'version', 'resource'))],
  [
    userInfo.name,
    new Map([...texts('username', 'uid'), ['groups', textList], ['extra', mapType(stringType, textList)]]),
  ],
  [
    requestType.name,
    new Map([
      ['kind', kind],
      ['resource', resource],
      ['requestKind', kind],
      ['requestResource', resource],
      ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
      ['userInfo', userInfo],
      ['dryRun', boolType],
      ['options', dynType],
    ]),
  ],
  [
    namespaceType.name,
    new Map([
      ['metadata', structType('kubernetes.NamespaceMetadata')],
      ['spec', structType('kubernetes.NamespaceSpec')],
      ['status', structType('kubernetes.NamespaceStatus')],
    ]),
  ],
  ['kubernetes.NamespaceSpec', new Map([['finalizers', textList]])],
  [
    'kubernetes.NamespaceStatus',
    new Map([['conditions', listType(structType('kubernetes.NamespaceCondition'))], ...texts('phase')]),
  ],
  [
    'kubernetes.NamespaceCondition',
    new Map([...texts('status', 'type', 'message', 'reason'), ['lastTransitionTime', timestampType]]),
  ],
  [
    'kubernetes.NamespaceMetadata',
    new Map([
      ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
      ['labels', textMap],
      ['annotations', textMap],
      ['creationTimestamp', timestampType],
      ['deletionTimestamp', timestampType],
      ['deletionGracePeriodSeconds', intType],
      ['generation', intType],
      ['finalizers', textList],
    ]),
  ],
])
