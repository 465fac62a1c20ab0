/** Of the service, its account and its roles. */
export const serviceName = 'odfmo-console-init'

/** Held by the one of several replicas that works. */
export const leaseName = serviceName
