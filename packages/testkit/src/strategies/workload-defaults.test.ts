import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube-object.ts'
import { fillDeployment, fillService } from './workload-defaults.ts'

const deployment = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {},
  spec: { ...spec },
})

describe('fillDeployment', () => {
  it('writes what a real server writes', () => {
    const object = deployment({
      selector: { matchLabels: { a: 'b' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: {
          serviceAccountName: 'sa',
          containers: [
            {
              name: 'c',
              image: 'registry:5000/x/agent',
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { port: 80 } },
            },
            {
              name: 'd',
              image: 'agent:v1',
              env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            },
          ],
          volumes: [{ name: 's', secret: { secretName: 'x' } }, { name: 'e' }],
        },
      },
    })
    fillDeployment(object)
    const common = {
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    }
    expect(object['spec']).toEqual({
      replicas: 1,
      selector: { matchLabels: { a: 'b' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: { labels: { a: 'b' } },
        spec: {
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
          serviceAccountName: 'sa',
          serviceAccount: 'sa',
          containers: [
            {
              name: 'c',
              image: 'registry:5000/x/agent',
              imagePullPolicy: 'Always',
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              readinessProbe: {
                httpGet: { port: 80, path: '/', scheme: 'HTTP' },
                timeoutSeconds: 1,
                periodSeconds: 10,
                successThreshold: 1,
                failureThreshold: 3,
              },
              ...common,
            },
            {
              name: 'd',
              image: 'agent:v1',
              imagePullPolicy: 'IfNotPresent',
              env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } }],
              ...common,
            },
          ],
          volumes: [
            { name: 's', secret: { secretName: 'x', defaultMode: 420 } },
            { name: 'e', emptyDir: {} },
          ],
        },
      },
    })
  })

  it('keeps what is there, and is done after once', () => {
    const object = deployment({ replicas: 0, strategy: { type: 'Recreate' } })
    fillDeployment(object)
    expect(object['spec']).toMatchObject({ replicas: 0, strategy: { type: 'Recreate' } })
    const once = structuredClone(object)
    fillDeployment(object)
    expect(object).toEqual(once)
  })
})

describe('fillService', () => {
  it('takes the port for the target', () => {
    const service: KubeObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {},
      spec: { ports: [{ port: 8080 }] },
    }
    fillService(service)
    expect(service['spec']).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 8080, targetPort: 8080, protocol: 'TCP' }],
    })
  })
})
