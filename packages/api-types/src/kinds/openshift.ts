import type { KubeObject } from '../meta.ts'

/** route.openshift.io/v1 Route. */
export interface Route extends KubeObject {
  readonly spec?: {
    readonly host?: string
    readonly path?: string
    readonly to?: { readonly kind?: string; readonly name?: string; readonly weight?: number }
    readonly port?: { readonly targetPort: number | string }
    readonly tls?: object
  }
  readonly status?: {
    readonly ingress?: readonly { readonly host?: string; readonly routerName?: string }[]
  }
}

/** A service that the console reaches. */
export interface ConsolePluginService {
  readonly name: string
  readonly namespace: string
  readonly port: number
  readonly basePath?: string
}

/** console.openshift.io/v1 ConsolePlugin. */
export interface ConsolePlugin extends KubeObject {
  readonly spec?: {
    readonly displayName?: string
    readonly backend?: { readonly type: 'Service'; readonly service?: ConsolePluginService }
    readonly proxy?: readonly {
      readonly alias: string
      /** `UserToken` or `None`. */
      readonly authorization?: string
      readonly caCertificate?: string
      readonly endpoint: {
        readonly type: 'Service'
        readonly service?: Omit<ConsolePluginService, 'basePath'>
      }
    }[]
    readonly i18n?: { readonly loadType?: string }
  }
}

/** console.openshift.io/v1alpha1 ConsolePlugin. */
export interface ConsolePluginV1Alpha1 extends KubeObject {
  readonly spec?: {
    readonly displayName?: string
    readonly service?: ConsolePluginService
    readonly proxy?: readonly {
      readonly type: 'Service'
      readonly alias: string
      readonly authorize?: boolean
      readonly caCertificate?: string
      readonly service?: Omit<ConsolePluginService, 'basePath'>
    }[]
  }
}
