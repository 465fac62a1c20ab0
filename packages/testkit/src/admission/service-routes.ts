/** A service that webhooks are called through; all of its ports when none is named. */
export interface ServiceKey {
  readonly namespace: string
  readonly name: string
  readonly port?: number
}

/** Where services are: a cluster in memory has no network of its own, so a test says it. */
export class ServiceRoutes {
  readonly #urls = new Map<string, URL>()

  set({ namespace, name, port }: ServiceKey, url: string): void {
    this.#urls.set(`${namespace}/${name}/${port ?? '*'}`, new URL(url))
  }

  /** The address that a port of a service is served at; undefined when nobody said. */
  find(namespace: string, name: string, port: number): URL | undefined {
    return this.#urls.get(`${namespace}/${name}/${port}`) ?? this.#urls.get(`${namespace}/${name}/*`)
  }
}
