import type { HubReference } from '../../reference/hub-reference.ts'
import { alertRule } from '../monitoring/alert-rule.ts'
import { serviceMonitors } from '../monitoring/monitoring-objects.ts'
import { components, selectorOf } from '../names.ts'
import { apiServerEgress, metricsIngress } from '../objects/network-policies.ts'
import type { ServiceFacts } from '../service-facts.ts'
import { yamlFile, type GeneratedFile } from '../yaml-file.ts'
import { addArgument, component } from './kustomization.ts'

const source = 'tools/generate/kustomize/components.ts'

/** Where the certificate of `components/serving-cert` lies in the webhook's container. */
const mountPath = '/var/run/serving-cert'

/** The Secret of `components/serving-cert`: not the one that a self-signed webhook keeps its own in. */
export const servingCertSecret = `${components.webhook}-tls`

/** `deploy/components`: what some installations have. */
export function componentFiles(facts: ServiceFacts, hub: HubReference): readonly GeneratedFile[] {
  return [...selfSigned(facts), ...servingCert(), ...monitoring(facts, hub)]
}

/** The webhook makes its certificate itself, which takes rights. */
function selfSigned({ webhook }: ServiceFacts): readonly GeneratedFile[] {
  return [
    yamlFile('components/self-signed/rbac.yaml', 'packages/webhook/src/self-signed/rbac.ts', webhook.rbac),
    yamlFile('components/self-signed/network-policy.yaml', 'tools/generate/objects/network-policies.ts', [
      apiServerEgress('webhook-egress', selectorOf(components.webhook)),
    ]),
    yamlFile('components/self-signed/kustomization.yaml', source, [
      component({
        resources: ['rbac.yaml', 'network-policy.yaml'],
        patches: [
          {
            target: { kind: 'Deployment', name: components.webhook },
            patch: [
              addArgument('--self-signed'),
              { op: 'replace', path: '/spec/template/spec/automountServiceAccountToken', value: true },
            ],
          },
        ],
      }),
    ]),
  ]
}

/** The webhook reads its certificate from a Secret that somebody else keeps. */
function servingCert(): readonly GeneratedFile[] {
  const pod = '/spec/template/spec'
  return [
    yamlFile('components/serving-cert/kustomization.yaml', source, [
      component({
        patches: [
          {
            target: { kind: 'Deployment', name: components.webhook },
            patch: [
              addArgument(`--tls-cert-file=${mountPath}/tls.crt`),
              addArgument(`--tls-key-file=${mountPath}/tls.key`),
              {
                op: 'add',
                path: `${pod}/volumes`,
                value: [{ name: 'serving-cert', secret: { secretName: servingCertSecret } }],
              },
              {
                op: 'add',
                path: `${pod}/containers/0/volumeMounts`,
                value: [{ name: 'serving-cert', mountPath, readOnly: true }],
              },
            ],
          },
        ],
      }),
    ]),
  ]
}

/** For clusters with the Prometheus operator: vanilla ones lack its kinds. */
function monitoring(facts: ServiceFacts, hub: HubReference): readonly GeneratedFile[] {
  return [
    yamlFile(
      'components/monitoring/service-monitors.yaml',
      'tools/generate/monitoring/monitoring-objects.ts',
      serviceMonitors,
    ),
    yamlFile('components/monitoring/alerts.yaml', 'tools/generate/monitoring', [alertRule(facts, hub)]),
    yamlFile('components/monitoring/network-policy.yaml', 'tools/generate/objects/network-policies.ts', [
      metricsIngress,
    ]),
    yamlFile('components/monitoring/kustomization.yaml', source, [
      component({ resources: ['service-monitors.yaml', 'alerts.yaml', 'network-policy.yaml'] }),
    ]),
  ]
}
