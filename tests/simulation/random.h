/*
 * random.h: numbers that follow from a seed, the same on every machine (splitmix64).
 */
#ifndef SIMULATION_RANDOM_H
#define SIMULATION_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct luck {
    uint64_t state;
} luck;

static inline uint64_t luck_next(luck *l) {
    uint64_t z = l->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* From 0 on, less than `end`. */
static inline unsigned luck_below(luck *l, unsigned end) {
    return (unsigned)(luck_next(l) % end);
}

static inline bool luck_has(luck *l, unsigned percent) {
    return luck_below(l, 100) < percent;
}

#endif
