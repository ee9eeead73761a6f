// Reads a chart as a picture would be read: checks that its tags are closed and its numbers are
// numbers, and gives out the texts and shapes in it.

import { expect } from 'vitest'

const TAG = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/g

export interface Shape {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** The shapes of a picture, in order; fails if it is not well-formed. */
export function shapesOf(svg: string): readonly Shape[] {
  const open: string[] = []
  const shapes: Shape[] = []
  for (const [, closing, name = '', attributes = '', alone] of svg.matchAll(TAG)) {
    if (closing === '/') expect(open.pop()).toBe(name)
    else {
      shapes.push({ name, attributes: attributesOf(attributes) })
      if (alone !== '/') open.push(name)
    }
  }
  expect(open).toEqual([])
  expect(svg.replaceAll(TAG, '')).not.toMatch(/[<>]/)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  return shapes
}

/** All texts that are drawn. */
export function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text)
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)]
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value]))
}
