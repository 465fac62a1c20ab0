import type { Container } from '@odfmo/api-types'
import { recordAt, textAt } from '../../kube-object.ts'
import type { Pod, PodContainer } from '../extra-kinds.ts'
import { onDisk } from './mounted-path.ts'
import type { DiskMount } from './mounted-path.ts'

/** What stands for an image on this machine. */
export interface ImageProgram {
  /** Takes the place of the image's entrypoint: a program and its first arguments. */
  readonly command: readonly string[]
  /** As an image's ENV: the container's own variables win. */
  readonly env?: Readonly<Record<string, string>>
  /** Arguments after the container's own, such as a free port in place of a fixed one: containers share one host here. */
  readonly args?: (context: {
    readonly port: number
    readonly ports: ReadonlyMap<number, number>
  }) => readonly string[]
}

export interface CommandInput {
  readonly pod: Pod
  readonly container: Container
  readonly program: ImageProgram
  readonly mounts: readonly DiskMount[]
  /** Container port → port of this host. */
  readonly ports: ReadonlyMap<number, number>
  /** Variables that every container has here: PATH, the API server, its kubeconfig. */
  readonly base: Readonly<Record<string, string>>
  /** The value of a key of a Secret or ConfigMap of the pod's namespace. */
  readonly valueOf: (source: 'secret' | 'configMap', name: string, key: string) => string | undefined
}

export type ContainerCommand =
  | {
      readonly is: 'ready'
      readonly file: string
      readonly args: readonly string[]
      readonly env: Record<string, string>
    }
  /** A Secret or ConfigMap that a variable comes from is not there. */
  | { readonly is: 'missing'; readonly message: string }

/** The ports that a container listens on: the declared ones, and those its probes go to. */
export const portsOf = ({ ports = [], ...probes }: PodContainer): number[] => {
  const { startupProbe, livenessProbe, readinessProbe } = probes
  const probed = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => {
    const port = probe?.httpGet?.port
    return typeof port === 'number' ? [port] : []
  })
  return [...new Set([...ports.map(({ containerPort }) => containerPort), ...probed])]
}

/** The process that a container is: the image's program with what the container says. */
export const containerCommand = (input: CommandInput): ContainerCommand => {
  const { container, program, mounts, ports, base } = input
  const own = ownVariables(input)
  if (own.is === 'missing') return own
  const env = { ...base, ...program.env, ...own.values }
  const text = (value: string): string => onDisk(expanded(value, env), mounts)
  const [file = '', ...first] = program.command
  // The first word of a container's own command is its program too: ours stands for it.
  const given = [...(container.command ?? []).slice(1), ...(container.args ?? [])].map(text)
  const port = [...ports.values()][0] ?? 0
  const last = program.args?.({ port, ports }) ?? []
  return { is: 'ready', file, args: [...first, ...given, ...last], env }
}

type Variables =
  | { readonly is: 'ready'; readonly values: Record<string, string> }
  | { readonly is: 'missing'; readonly message: string }

const ownVariables = ({ pod, container, mounts, valueOf, base }: CommandInput): Variables => {
  const values: Record<string, string> = {}
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) {
      values[name] = onDisk(expanded(value ?? '', { ...base, ...values }), mounts)
      continue
    }
    const fieldPath = textAt(valueFrom, 'fieldRef', 'fieldPath')
    if (fieldPath !== '') {
      values[name] = fieldOf(pod, fieldPath)
      continue
    }
    for (const [field, source] of [
      ['secretKeyRef', 'secret'],
      ['configMapKeyRef', 'configMap'],
    ] as const) {
      const ref = recordAt(valueFrom, field)
      if (Object.keys(ref).length === 0) continue
      const found = valueOf(source, textAt(ref, 'name'), textAt(ref, 'key'))
      if (found !== undefined) values[name] = found
      else if (ref['optional'] !== true) {
        return {
          is: 'missing',
          message: `${source} "${textAt(ref, 'name')}" with key "${textAt(ref, 'key')}" not found`,
        }
      }
    }
  }
  return { is: 'ready', values }
}

/** `$(NAME)` of a known variable; `$$(NAME)` stays as `$(NAME)`. */
const expanded = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\$\(|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$(' : (env[name] ?? whole),
  )

/** The downward API. */
const fieldOf = ({ metadata, spec }: Pod, path: string): string => {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed !== null) {
    const map = keyed[1] === 'labels' ? metadata.labels : metadata.annotations
    return map?.[keyed[2] ?? ''] ?? ''
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'spec.nodeName':
      return spec?.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? 'default'
    case 'status.podIP':
    case 'status.hostIP':
      return '127.0.0.1'
    default:
      return ''
  }
}
