import { contract } from '@odfmo/api-types'
import { components, images } from '../names.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { metricsService } from './metrics-service.ts'
import { serviceDeployment } from './service-deployment.ts'

/**
 * 190 MiB at most while 300 MirrorPeers come at once. No limit on CPU: a leader that is throttled loses its lease.
 */
export const hubControllerMemory = { request: '192Mi', limitMiB: 512 } as const

/** The hub controller: one replica works, the other stands by. */
export const hubController: readonly object[] = [
  serviceDeployment({
    name: components.hubController,
    image: images.hubController,
    args: ['--leader-elect'],
    env: [{ name: contract.env.tokenExchangeImage, value: images.tokenExchangeAgent }],
    resources: {
      requests: { cpu: '50m', memory: hubControllerMemory.request },
      limits: { memory: `${hubControllerMemory.limitMiB}Mi` },
    },
    hasToken: true,
  }),
  metricsService(components.hubController),
  disruptionBudget(components.hubController),
]
