package dev.discretizer.budget;

/**
 * Divides memory between the service, requests, connections and threads, so that no load
 * exceeds the heap or the container:
 *
 * <pre>
 * held      = min(share * (usable - base), old - base)
 * requests  = held - connections * connection - readers * reader
 * container &gt;= (reserved * 49 / 48 + outside + threads * thread) / 0.9
 * </pre>
 *
 * The rest of the heap, {@code 1 - share}, is left to the garbage collector. Under the
 * parallel and the serial collector a large array fits only into the old generation, and
 * all that survives a few collections ends there, so requests, connections and the
 * service itself must fit into it together. A small heap allows fewer connections than
 * configured: they take 45 % of what is held at most. A small container allows fewer
 * threads, as the stack and the buffers of a thread are outside of the heap.
 *
 * <p>
 * The constants of the heap were measured in one of 512 MiB after a collection, with 600
 * and with 1900 connections of each kind; LoadIT measures them again. Those outside of
 * the heap are in docs/sizing.md; StormIT checks them.
 *
 * @param requests memory that all requests together may hold, in bytes
 * @param connections number of connections that may be open at once
 * @param threads number of requests that are served at once
 */
public record HeapPlan(long requests, int connections, int threads) {

	/**
	 * Heap of the idle service, in bytes. Measured: 25 MiB after the start, 45 MiB after
	 * load, since Tomcat keeps buffers.
	 */
	public static final long BASE = 56 << 20;

	/**
	 * Heap of a connection that has sent part of a request's head, in bytes: Tomcat's
	 * buffers for reading, writing and headers. Measured: 44 to 57 KiB; 18 KiB for a
	 * connection that is idle after an answer.
	 */
	public static final long CONNECTION = 56 << 10;

	/**
	 * Additional heap of a connection that a thread serves, in bytes: the servlet's
	 * buffers and the start of the body, which is read before memory is reserved.
	 * Measured: 57 to 60 KiB.
	 */
	public static final long READER = 64 << 10;

	/**
	 * Memory of the process outside of its heap without the threads of requests and the
	 * collector's share of the heap, in bytes: classes, code, the collector, the
	 * allocator. Measured while 690 slow clients send: 119 MiB with an AOT cache, 131 to
	 * 142 without one.
	 */
	public static final long OUTSIDE = 146 << 20;

	/**
	 * The parallel collector keeps 1 / COLLECTOR of the heap beside it, for cards and
	 * marks. Measured: 1/51 from 282 MiB to 7 GiB.
	 */
	private static final int COLLECTOR = 48;

	/**
	 * Memory of a thread outside of the heap, in bytes: its stack, measured 120 KiB, and
	 * direct buffers of 32 KiB for reading and 8 KiB for writing.
	 */
	public static final long THREAD = 160 << 10;

	/** Share of the container that is used; the rest is a margin. */
	private static final double PLANNED = 0.9;

	/** Number of threads in a container that is too small for any. */
	private static final int LEAST_THREADS = 50;

	/** Share of what is held that connections may take. */
	private static final double CONNECTIONS_SHARE = 0.45;

	/**
	 * The sizes of a process, in bytes.
	 *
	 * @param usable capacity of the heap for objects
	 * @param old capacity of the old generation; {@code usable} for collectors without
	 * one of a fixed size
	 * @param reserved size of the heap, at most
	 * @param container memory of the container, or of the machine
	 */
	public record Memory(long usable, long old, long reserved, long container) {
	}

	/**
	 * Divides memory.
	 * @param share share of the heap less {@link #BASE}, above 0, at most 1
	 * @param maxConnections configured number of connections; below 0 for as many as fit
	 * @param maxThreads configured number of requests that are served at once
	 */
	public static HeapPlan of(Memory memory, double share, int maxConnections, int maxThreads) {
		int threads = threads(memory, maxThreads);
		long shared = Math.max(0, Math.min((long) ((memory.usable() - BASE) * share), memory.old() - BASE));
		long wished = (maxConnections < 0) ? Integer.MAX_VALUE : maxConnections;
		long connections = Math.min(wished, fitting((long) (shared * CONNECTIONS_SHARE), threads));
		long held = connections * CONNECTION + Math.min(connections, threads) * READER;
		return new HeapPlan(shared - held, (int) connections, threads);
	}

	/**
	 * The largest heap beside which a number of threads fits into a container, in bytes.
	 * The Helm chart computes the same.
	 */
	public static long heap(long container, int threads) {
		long left = (long) (PLANNED * container) - OUTSIDE - threads * THREAD;
		return Math.max(0, left / (COLLECTOR + 1) * COLLECTOR);
	}

	private static int threads(Memory memory, int maxThreads) {
		long left = (long) (PLANNED * memory.container()) - memory.reserved() - memory.reserved() / COLLECTOR - OUTSIDE;
		return (int) Math.min(maxThreads, Math.max(LEAST_THREADS, left / THREAD));
	}

	/**
	 * Number of connections that fit into a number of bytes, of which the first
	 * {@code threads} also need a reader's memory.
	 */
	private static long fitting(long bytes, int threads) {
		long withThread = bytes / (CONNECTION + READER);
		return (withThread <= threads) ? withThread : (bytes - threads * READER) / CONNECTION;
	}

}
