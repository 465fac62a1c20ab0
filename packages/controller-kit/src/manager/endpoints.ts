import { listen, type BindAddress, type HttpEndpoint, type Pages } from './http-endpoint.ts'

export interface Endpoints {
  readonly health?: HttpEndpoint
  readonly metrics?: HttpEndpoint
}

interface Addresses {
  readonly healthAddress?: BindAddress
  readonly metricsAddress?: BindAddress
}

const probes = { what: 'probes', flag: '--health-probe-bind-address' }
const forMetrics = { what: 'metrics', flag: '--metrics-bind-address' }
const forBoth = { what: 'probes and metrics', flag: probes.flag }

/** One port for both; any free port is another one each time. */
const isSame = (health: BindAddress | undefined, metrics: BindAddress | undefined): metrics is BindAddress =>
  health !== undefined && health.port !== 0 && health.port === metrics?.port && health.host === metrics.host

/** Serves probes and metrics where they are wanted, from one server when they are given one address. */
export const serve = async (
  { healthAddress, metricsAddress }: Addresses,
  pages: { readonly health: Pages; readonly metrics: Pages },
): Promise<Endpoints> => {
  if (isSame(healthAddress, metricsAddress)) {
    const both = await listen(metricsAddress, { ...pages.health, ...pages.metrics }, forBoth)
    return { health: both, metrics: both }
  }
  const health = healthAddress === undefined ? undefined : await listen(healthAddress, pages.health, probes)
  try {
    const metrics =
      metricsAddress === undefined ? undefined : await listen(metricsAddress, pages.metrics, forMetrics)
    return { ...(health === undefined ? {} : { health }), ...(metrics === undefined ? {} : { metrics }) }
  } catch (error) {
    await health?.close()
    throw error
  }
}
