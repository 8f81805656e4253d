/*
 * A network simulated by events, as docs/behaviour.md defines it, in a plain loop with the channels last: what
 * dev.discretizer.behaviour is timed beside.
 *
 *     cc -O3 -march=native -o events bench/events.c && ./events FILE
 *
 * FILE holds int32 numbers in the machine's order: the number of layers; of each the fields of struct layer up to minVMem
 * and its weights [O, C, KH, KW]; the number of events, and of each t, c, y, x. Simulates twice, as the service's memory is
 * warm too, and prints the seconds of clock and of processor that the second time took, the additions of a weight to a
 * state, and the spikes of each layer.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIELDS = 16 };

struct layer {
	/* Of the input after pooling, of the neurons, and of the kernel. */
	int32_t c, h, w, o, oh, ow, kh, kw, sy, sx, py, px, poolY, poolX, threshold, minVMem;
	int32_t *weight, *state;
};

struct event {
	int32_t t, c, y, x;
};

struct events {
	struct event *at;
	long size, capacity;
};

static int64_t synops;

static void *need(void *memory) {
	if (memory == NULL) {
		fputs("no memory\n", stderr);
		exit(1);
	}
	return memory;
}

static void numbers(void *dest, size_t count, FILE *file) {
	if (fread(dest, sizeof(int32_t), count, file) != count) {
		fputs("the file ends too early\n", stderr);
		exit(1);
	}
}

static void emit(struct events *dest, struct event event) {
	if (dest->size == dest->capacity) {
		dest->capacity = dest->capacity * 2 + 1024;
		dest->at = need(realloc(dest->at, dest->capacity * sizeof(struct event)));
	}
	dest->at[dest->size++] = event;
}

static void take(const struct layer *l, struct event e, struct events *dest) {
	int y = e.y / l->poolY, x = e.x / l->poolX;
	if (y >= l->h || x >= l->w) {
		return;
	}
	long first = dest->size;
	for (int ky = 0; ky < l->kh; ky++) {
		for (int kx = 0; kx < l->kw; kx++) {
			int dy = y + l->py - ky, dx = x + l->px - kx;
			int oy = dy / l->sy, ox = dx / l->sx;
			if (dy < 0 || dx < 0 || dy % l->sy != 0 || dx % l->sx != 0 || oy >= l->oh || ox >= l->ow) {
				continue;
			}
			int32_t *v = l->state + ((size_t) oy * l->ow + ox) * l->o;
			const int32_t *q = l->weight + (((size_t) e.c * l->kh + ky) * l->kw + kx) * l->o;
			for (int o = 0; o < l->o; o++) {
				int32_t u = v[o] + q[o];
				u = u > 32767 ? 32767 : u;
				if (u >= l->threshold) {
					u -= l->threshold;
					emit(dest, (struct event) { e.t, o, oy, ox });
				}
				v[o] = u < l->minVMem ? l->minVMem : u;
			}
			synops += l->o;
		}
	}
	/* Into the order of channels; of one channel they are in that of ky and kx. */
	for (long i = first + 1; i < dest->size; i++) {
		struct event moved = dest->at[i];
		long to = i;
		for (; to > first && dest->at[to - 1].c > moved.c; to--) {
			dest->at[to] = dest->at[to - 1];
		}
		dest->at[to] = moved;
	}
}

/* From [O, C, KH, KW] to [C, KH, KW, O]. */
static int32_t *channels_last(const struct layer *l, const int32_t *weight) {
	size_t inner = (size_t) l->c * l->kh * l->kw;
	int32_t *dest = need(malloc(inner * l->o * sizeof(int32_t)));
	for (int o = 0; o < l->o; o++) {
		for (size_t i = 0; i < inner; i++) {
			dest[i * l->o + o] = weight[o * inner + i];
		}
	}
	return dest;
}

int main(int count, char **arguments) {
	FILE *file = fopen(count == 2 ? arguments[1] : "", "rb");
	if (file == NULL) {
		fputs("usage: events FILE\n", stderr);
		return 2;
	}
	int32_t layers, size;
	numbers(&layers, 1, file);
	struct layer *network = need(calloc(layers, sizeof(struct layer)));
	for (int i = 0; i < layers; i++) {
		struct layer *l = network + i;
		numbers(l, FIELDS, file);
		size_t weights = (size_t) l->o * l->c * l->kh * l->kw;
		int32_t *weight = need(malloc(weights * sizeof(int32_t)));
		numbers(weight, weights, file);
		l->weight = channels_last(l, weight);
		free(weight);
		l->state = need(calloc((size_t) l->o * l->oh * l->ow, sizeof(int32_t)));
	}
	numbers(&size, 1, file);
	struct events *events = need(calloc(layers + 1, sizeof(struct events)));
	events->at = need(malloc((size + 1) * sizeof(struct event)));
	events->size = size;
	numbers(events->at, (size_t) size * 4, file);
	struct timespec begin, end;
	clock_t processor = 0;
	for (int run = 0; run < 2; run++) {
		clock_gettime(CLOCK_MONOTONIC, &begin);
		processor = clock();
		synops = 0;
		for (int i = 0; i < layers; i++) {
			struct layer *l = network + i;
			memset(l->state, 0, (size_t) l->o * l->oh * l->ow * sizeof(int32_t));
			events[i + 1].size = 0;
			for (long e = 0; e < events[i].size; e++) {
				take(l, events[i].at[e], events + i + 1);
			}
		}
		processor = clock() - processor;
		clock_gettime(CLOCK_MONOTONIC, &end);
	}
	printf("%.9f %.9f %lld", end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) * 1e-9,
			processor / (double) CLOCKS_PER_SEC, (long long) synops);
	for (int i = 1; i <= layers; i++) {
		printf(" %ld", events[i].size);
	}
	puts("");
	return 0;
}
