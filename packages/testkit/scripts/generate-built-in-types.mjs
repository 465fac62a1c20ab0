// Writes src/types/generated/built-in-types.ts from the Go types of k8s.io/api: field names, kinds of values, protobuf
// numbers, merge keys, and which fields are written when they are empty too. Run by hand when the API moves on:
//   go mod download k8s.io/api@vX k8s.io/apimachinery@vX k8s.io/apiextensions-apiserver@vX
//   node scripts/generate-built-in-types.mjs "$(go env GOMODCACHE)" X
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [cache, version] = process.argv.slice(2)
const packages = {
  core: `k8s.io/api@v${version}/core/v1`,
  apps: `k8s.io/api@v${version}/apps/v1`,
  batch: `k8s.io/api@v${version}/batch/v1`,
  rbac: `k8s.io/api@v${version}/rbac/v1`,
  coordination: `k8s.io/api@v${version}/coordination/v1`,
  events: `k8s.io/api@v${version}/events/v1`,
  certificates: `k8s.io/api@v${version}/certificates/v1`,
  storage: `k8s.io/api@v${version}/storage/v1`,
  networking: `k8s.io/api@v${version}/networking/v1`,
  policy: `k8s.io/api@v${version}/policy/v1`,
  autoscaling: `k8s.io/api@v${version}/autoscaling/v2`,
  scale: `k8s.io/api@v${version}/autoscaling/v1`,
  scheduling: `k8s.io/api@v${version}/scheduling/v1`,
  discovery: `k8s.io/api@v${version}/discovery/v1`,
  node: `k8s.io/api@v${version}/node/v1`,
  admissionregistration: `k8s.io/api@v${version}/admissionregistration/v1`,
  authentication: `k8s.io/api@v${version}/authentication/v1`,
  authorization: `k8s.io/api@v${version}/authorization/v1`,
  apiextensions: `k8s.io/apiextensions-apiserver@v${version}/pkg/apis/apiextensions/v1`,
  meta: `k8s.io/apimachinery@v${version}/pkg/apis/meta/v1`,
}
// the kinds that are served, and what clients send along with them
const roots = {
  core: 'ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolumeClaim PersistentVolume Pod PodTemplate ReplicationController ResourceQuota Secret ServiceAccount Service',
  apps: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  batch: 'CronJob Job',
  rbac: 'ClusterRole ClusterRoleBinding Role RoleBinding',
  coordination: 'Lease',
  events: 'Event',
  certificates: 'CertificateSigningRequest',
  storage: 'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass',
  networking: 'Ingress IngressClass NetworkPolicy',
  policy: 'Eviction PodDisruptionBudget',
  autoscaling: 'HorizontalPodAutoscaler',
  scale: 'Scale',
  scheduling: 'PriorityClass',
  discovery: 'EndpointSlice',
  node: 'RuntimeClass',
  admissionregistration:
    'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  authentication: 'SelfSubjectReview TokenRequest TokenReview',
  authorization:
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  apiextensions: 'CustomResourceDefinition',
  meta: 'DeleteOptions',
}
const imports = { v1: 'core', apiv1: 'core', corev1: 'core', metav1: 'meta' }
const scalars = {
  string: 's',
  bool: 'b',
  int32: 'i',
  int64: 'l',
  int: 'l',
  uint32: 'i',
  uint64: 'l',
  float64: 'n',
  '[]byte': 'B',
}
const special = {
  'meta.Time': 'T',
  'meta.MicroTime': 'M',
  'meta.Duration': 'D',
  'meta.FieldsV1': 'x',
  'core.ResourceList': '%q',
  'apiextensions.JSON': 'x',
  'apiextensions.JSONSchemaProps': 'x',
}

const structs = new Map()
const aliases = new Map()
for (const [name, folder] of Object.entries(packages)) {
  const text = readFileSync(join(cache, folder, 'types.go'), 'utf8')
  for (const [, type, of] of text.matchAll(/^type (\w+) ((?:\[\]|map\[)?[\w.[\]]+)(?:\s*\/\/.*)?$/gm))
    aliases.set(`${name}.${type}`, of)
  for (const [, type] of text.matchAll(/^type (\w+) struct ?\{ ?\}$/gm)) structs.set(`${name}.${type}`, '')
  for (const [, type, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm))
    structs.set(`${name}.${type}`, body)
}

/** The code of a Go type: a letter for plain values, `*` a list, `%` a map of it, a name for a message. */
const codeOf = (type, pkg) => {
  const bare = type.replace(/^\*/, '')
  if (scalars[bare]) return scalars[bare]
  if (bare.startsWith('[]')) return `*${codeOf(bare.slice(2), pkg)}`
  const map = /^map\[[\w.]+\](.+)$/.exec(bare)
  if (map) return `%${codeOf(map[1], pkg)}`
  const [qualifier, own] = bare.includes('.') ? bare.split('.') : [undefined, bare]
  if (qualifier === 'resource') return 'q'
  if (qualifier === 'intstr') return 'I'
  if (qualifier === 'runtime') return 'r'
  if (qualifier === 'types') return 's'
  const home = qualifier === undefined ? pkg : (imports[qualifier] ?? qualifier)
  const full = `${home}.${own}`
  if (special[full]) return special[full]
  if (structs.has(full)) {
    visit(full)
    return full
  }
  const alias = aliases.get(full)
  if (alias === undefined) throw new Error(`unknown type ${full} (${type} in ${pkg})`)
  // a named list travels as a message with items
  return alias.startsWith('[]') ? `^${codeOf(alias.slice(2), home)}` : codeOf(alias, home)
}

/** Go leaves a struct out of JSON only when its tag says omitzero; of other values omitempty is enough. */
const isStruct = (type, code) =>
  !/^(\[\]|map\[|\*)/.test(type) && (/\./.test(code) || 'TMDqIr'.includes(code))

const messages = new Map()
const fieldPattern = /^\t(?:(\w+)[ \t]+)?(\*?(?:\[\]|map\[[\w.]+\])*\*?[\w.]+)[ \t]+`([^`]*)`/gm
const visit = (full) => {
  if (messages.has(full)) return
  messages.set(full, [])
  const [pkg] = full.split('.')
  const fields = []
  for (const [, , type, tags] of structs.get(full).matchAll(fieldPattern)) {
    const tag = (name) => new RegExp(`${name}:"([^"]*)"`).exec(tags)?.[1]
    const [json, ...flags] = (tag('json') ?? '').split(',')
    const number = Number(tag('protobuf')?.split(',')[1] ?? 0)
    if (json === '-' || type.endsWith('TypeMeta')) continue
    const inline = flags.includes('inline')
    const code = codeOf(type, pkg)
    const merge = tag('patchStrategy')?.includes('merge') ? `!${tag('patchMergeKey') ?? ''}` : ''
    const pointer = type.startsWith('*') ? '?' : ''
    const isLeftOut = flags.includes('omitzero') || (flags.includes('omitempty') && !isStruct(type, code))
    const always = inline || isLeftOut ? '' : '='
    fields.push(`${inline ? '' : json}:${number}${pointer}${always}${code}${merge}`)
  }
  messages.set(full, fields)
}
for (const [pkg, kinds] of Object.entries(roots)) for (const kind of kinds.split(' ')) visit(`${pkg}.${kind}`)

const lines = [...messages]
  .sort(([left], [right]) => (left < right ? -1 : 1))
  .map(([name, fields]) => `${name} ${fields.join(' ')}`)
writeFileSync(
  new URL('../src/types/generated/built-in-types.ts', import.meta.url),
  `// Generated by scripts/generate-built-in-types.mjs from k8s.io/api v${version}; not edited by hand.\n` +
    `/** One message a line: its name, then \`json:NUMBER?=type!mergeKey\` a field (? a pointer, = there when empty too); the letters are explained where it is read. */\n` +
    `export const builtInTypesText = \`\n${lines.join('\n')}\n\`\n`,
)
