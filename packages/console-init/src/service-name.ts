/** Of the service, its account, its roles, and the lease that the one of several replicas holds that works. */
export const serviceName = 'odfmo-console-init'
