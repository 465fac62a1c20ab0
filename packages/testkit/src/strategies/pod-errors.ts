import { duplicate, forbiddenField, invalid, notFoundField, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import { labelProblems } from '../verbs/names.ts'
import { annotationErrors, labelErrors } from '../verbs/object-meta.ts'

const variableErrors = (variable: Record<string, unknown>, path: string): FieldError[] =>
  isJsonObject(variable['valueFrom']) && textAt(variable, 'value') !== ''
    ? [invalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')]
    : []

/** A volume has one source: the first in the order that sources are looked at, the others are too many. */
const sources = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flexVolume',
  'rbd',
  'cephfs',
  'cinder',
  'fc',
  'flocker',
  'persistentVolumeClaim',
  'downwardAPI',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
]

const volumeErrors = (volume: Record<string, unknown>, path: string): FieldError[] => {
  const [, ...more] = sources.filter((source) => isJsonObject(volume[source]))
  return more.map((source) => forbiddenField(`${path}.${source}`, 'may not specify more than 1 volume type'))
}

const mountErrors = (
  container: Record<string, unknown>,
  path: string,
  volumeNames: ReadonlySet<string>,
): FieldError[] =>
  listAt(container, 'volumeMounts')
    .filter(isJsonObject)
    .flatMap((mount, at) => {
      const [name, field] = [textAt(mount, 'name'), `${path}.volumeMounts[${at}]`]
      return [
        ...(name === '' ? [required(`${field}.name`)] : []),
        ...(volumeNames.has(name) ? [] : [notFoundField(`${field}.name`, name)]),
      ]
    })

const containerErrors = (
  container: Record<string, unknown>,
  path: string,
  volumeNames: ReadonlySet<string>,
): FieldError[] => {
  const name = textAt(container, 'name')
  const nameErrors =
    name === ''
      ? [required(`${path}.name`)]
      : labelProblems(name).map((problem) => invalid(`${path}.name`, name, problem))
  const variables = listAt(container, 'env').filter(isJsonObject)
  return [
    ...nameErrors,
    ...(textAt(container, 'image') === '' ? [required(`${path}.image`)] : []),
    ...variables.flatMap((variable, at) => variableErrors(variable, `${path}.env[${at}]`)),
    ...mountErrors(container, path, volumeNames),
  ]
}

/** What is wrong with the volumes, containers and node selector of a pod's spec at a path. */
export const podSpecErrors = (spec: unknown, path: string): FieldError[] => {
  const containers = listAt(spec, 'containers').filter(isJsonObject)
  const volumes = listAt(spec, 'volumes').filter(isJsonObject)
  const errors = volumes.flatMap((volume, at) => volumeErrors(volume, `${path}.volumes[${at}]`))
  const volumeNames = new Set(volumes.map((volume) => textAt(volume, 'name')))
  const ofNodes = labelErrors(recordAt(spec, 'nodeSelector'), `${path}.nodeSelector`)
  if (containers.length === 0) return [...errors, required(`${path}.containers`), ...ofNodes]
  const names = containers.map((container) => textAt(container, 'name'))
  const ofContainers = containers.flatMap((container, at) => {
    const field = `${path}.containers[${at}]`
    const name = names[at] ?? ''
    return [
      ...containerErrors(container, field, volumeNames),
      ...(name !== '' && names.indexOf(name) < at ? [duplicate(`${field}.name`, name)] : []),
    ]
  })
  return [...errors, ...ofContainers, ...ofNodes]
}

/** What is wrong with the template of pods at a path. */
export const podTemplateErrors = (template: unknown, path: string): FieldError[] => {
  const { labels, annotations } = recordAt(template, 'metadata')
  return [
    ...labelErrors(recordAt({ labels }, 'labels'), `${path}.labels`),
    ...annotationErrors(recordAt({ annotations }, 'annotations'), `${path}.annotations`),
    ...podSpecErrors(recordAt(template)['spec'], `${path}.spec`),
  ]
}
