import { releaseVersion } from '../../command/release-version.ts'
import { openshiftPrometheusRights } from '../monitoring/monitoring-objects.ts'
import { baseNamespace, components, exampleRepository, images } from '../names.ts'
import { yamlFile, type GeneratedFile } from '../yaml-file.ts'
import { servingCertSecret } from './components.ts'
import { addArgument, kustomization, type Kustomization } from './kustomization.ts'

const source = 'tools/generate/kustomize/overlays.ts'

/** The overlays that can be applied. */
export const overlays = ['vanilla', 'openshift', 'development'] as const
export type Overlay = (typeof overlays)[number]

/** Where each overlay installs. */
export const namespaceOf: Readonly<Record<Overlay, string>> = {
  vanilla: 'odfmo-system',
  openshift: baseNamespace,
  development: 'odfmo-system',
}

/** In one place for each overlay: what is to be replaced by images of one's own. */
const exampleImages = Object.values(images).map((name) => ({
  name,
  newName: exampleRepository(name),
  newTag: releaseVersion,
}))

/** `deploy/overlays`: what `kubectl apply -k` takes. */
export function overlayFiles(): readonly GeneratedFile[] {
  return [...vanilla(), ...openshift(), ...development()]
}

const overlay = (name: Overlay, fields: Kustomization): GeneratedFile =>
  yamlFile(`overlays/${name}/kustomization.yaml`, source, [
    kustomization({ namespace: namespaceOf[name], ...fields }),
  ])

/** A namespace of its own, in which nothing runs that is not restricted, and a certificate of the webhook's own. */
function vanilla(): readonly GeneratedFile[] {
  const restricted = ['enforce', 'audit', 'warn'].map((mode) => [
    `pod-security.kubernetes.io/${mode}`,
    'restricted',
  ])
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespaceOf.vanilla, labels: Object.fromEntries(restricted) },
  }
  return [
    yamlFile('overlays/vanilla/namespace.yaml', source, [namespace]),
    overlay('vanilla', {
      resources: ['namespace.yaml', '../../base'],
      components: ['../../components/self-signed'],
      images: exampleImages,
    }),
  ]
}

/** The namespace is there, and so are its certificates and its Prometheus. */
function openshift(): readonly GeneratedFile[] {
  const annotate = (kind: string, name: string, annotations: Readonly<Record<string, string>>) => ({
    target: { kind, name },
    patch: [{ op: 'add', path: '/metadata/annotations', value: annotations } as const],
  })
  const withCa = { 'service.beta.openshift.io/inject-cabundle': 'true' }
  return [
    yamlFile(
      'overlays/openshift/prometheus-rbac.yaml',
      'tools/generate/monitoring/monitoring-objects.ts',
      openshiftPrometheusRights,
    ),
    overlay('openshift', {
      resources: ['../../base', 'prometheus-rbac.yaml'],
      components: ['../../components/serving-cert', '../../components/monitoring'],
      images: exampleImages,
      patches: [
        annotate('Service', components.webhook, {
          'service.beta.openshift.io/serving-cert-secret-name': servingCertSecret,
        }),
        annotate('MutatingWebhookConfiguration', components.webhook, withCa),
        annotate('ValidatingWebhookConfiguration', components.webhook, withCa),
      ],
    }),
  ]
}

/** The vanilla one for a laptop: one replica, everything in the log, as much memory as it wants. */
function development(): readonly GeneratedFile[] {
  const all = Object.values(components)
  return [
    overlay('development', {
      resources: ['../vanilla'],
      replicas: all.map((name) => ({ name, count: 1 })),
      patches: all.map((name) => ({
        target: { kind: 'Deployment', name },
        patch: [
          addArgument('--log-level=debug'),
          ...(name === components.hubController ? [addArgument('--debug')] : []),
          { op: 'remove', path: '/spec/template/spec/containers/0/resources/limits' } as const,
        ],
      })),
    }),
  ]
}
