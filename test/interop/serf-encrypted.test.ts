// Three real Serf agents and three of our nodes are one cluster, encrypted with AES-256.

import { describeWith } from './support/missing.ts'
import { serfSuite } from './support/serf-suite.ts'

const KEY = 'aGVhcnNheSBpbnRlcm9wIHRlc3Qga2V5LCAzMiBieXQ='

describeWith('serf', 'apt-get install serf', 'with Serf, encrypted', (path) => {
  serfSuite(path, 72, KEY)
})
