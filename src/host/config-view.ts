// The options in force as plain data, for people and the HTTP API. Keys never appear.

import { type Config, type OptionName, optionTable } from '../core/index.ts'

/** Every tunable and the node's identity; `encrypted` stands for the keyring. */
export function plainConfig(
  config: Config,
  bound: string,
  seeds: readonly string[],
): Readonly<Record<string, unknown>> {
  const names = Object.keys(optionTable).filter((name): name is OptionName => name in config)
  return Object.freeze({
    name: config.name,
    bind: bound,
    advertise: config.advertise.toString(),
    profile: config.profile,
    application: config.application,
    label: config.label,
    encrypted: config.keyring.length > 0,
    keys: config.keyring.length,
    join: [...seeds],
    tags: Object.fromEntries(config.tags),
    ...Object.fromEntries(names.map((name) => [name, config[name]])),
  })
}
