import { expect, test } from 'vitest'
import { FlagError, help, readFlags } from '../../../demo/traffic/flags.ts'

test('without options three services send one run a second, four in a hundred fail, until it is stopped', () => {
  expect(readFlags([], 42)).toEqual({
    services: 3,
    ratePerSecond: 1,
    seed: 42,
    failureRate: 0.04,
    spike: null,
    durationMs: null,
    isLive: false,
    isQuiet: false,
  })
})

test('every option is read', () => {
  const line =
    '--services 50 --rate 2.5 --duration 1.5m --seed 7 --failure-rate 0 --spike-after 90s --spike-for 2h --spike-service refunds-agent --live --quiet'
  expect(readFlags(line.split(' '), 42)).toEqual({
    services: 50,
    ratePerSecond: 2.5,
    seed: 7,
    failureRate: 0,
    spike: { service: 'refunds-agent', afterMs: 90_000, forMs: 7_200_000 },
    durationMs: 90_000,
    isLive: true,
    isQuiet: true,
  })
})

test('a spike without more is one of two minutes in the first service', () => {
  expect(readFlags(['--spike-after', '500ms'], 1)?.spike).toEqual({ service: 'support-agent', afterMs: 500, forMs: 120_000 })
})

test('--help is asked for, whatever else stands there, and names every option', () => {
  expect(readFlags(['--rate', 'x', '--help'], 1)).toBeNull()
  const options = [
    'services',
    'rate',
    'duration',
    'seed',
    'failure-rate',
    'spike-after',
    'spike-for',
    'spike-service',
    'live',
    'quiet',
  ]
  for (const option of options) expect(help).toContain(`--${option} `)
})

test.each([
  ['--services 0', '--services: expected a whole number from 1 to 200, got "0".'],
  ['--services 1.5', '--services: expected a whole number from 1 to 200, got "1.5".'],
  ['--rate fast', '--rate: expected a number above 0, at most 1000, got "fast".'],
  ['--rate=', '--rate: expected a number above 0, at most 1000, got "".'],
  ['--seed=-1', '--seed: expected a whole number from 0 to 4294967295, got "-1".'],
  ['--failure-rate 4', '--failure-rate: expected a number from 0 to 1, got "4".'],
  ['--duration 10', '--duration: expected a time such as 90s, 10m or 2h, got "10".'],
  ['--spike-for 2m', '--spike-for and --spike-service: expected --spike-after with them.'],
  [
    '--spike-after 1m --spike-service refunds-agent',
    '--spike-service: expected one of the services that send (support-agent, search-agent, onboarding-agent), got "refunds-agent".',
  ],
])('%s is wrong and said so', (line, message) => {
  expect(() => readFlags(line.split(' '), 1)).toThrow(new FlagError(message))
})

test('an option that does not exist is named', () => {
  expect(() => readFlags(['--pace', '3'], 1)).toThrow(/'--pace'.*--help lists the options\.$/s)
})
