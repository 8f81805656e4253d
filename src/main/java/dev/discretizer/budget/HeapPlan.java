package dev.discretizer.budget;

/**
 * Divides the heap between the service, requests and connections, so that their sum never
 * exceeds it: <pre>
 * heap = base + (requests + connections * connection + readers * reader) / share
 * </pre>
 *
 * The rest, {@code 1 - share}, is left to the garbage collector. A small heap allows
 * fewer connections than configured: they take half of the share at most.
 *
 * <p>
 * The constants were measured in a heap of 512 MiB after a collection, with 600 and with
 * 1900 connections of each kind; LoadIT measures them again.
 *
 * @param requests memory that all requests together may hold, in bytes
 * @param connections number of connections that may be open at once
 */
public record HeapPlan(long requests, int connections) {

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

	private static final int CONNECTIONS_PART = 2;

	/**
	 * Divides a heap.
	 * @param heap its size in bytes
	 * @param share share of the heap less {@link #BASE}, above 0, at most 1
	 * @param maxConnections configured number of connections; below 0 for as many as fit
	 * @param threads number of requests that are served at once
	 */
	public static HeapPlan of(long heap, double share, int maxConnections, int threads) {
		long shared = (long) (Math.max(0, heap - BASE) * share);
		long wished = (maxConnections < 0) ? Integer.MAX_VALUE : maxConnections;
		long connections = Math.min(wished, fitting(shared / CONNECTIONS_PART, threads));
		long held = connections * CONNECTION + Math.min(connections, threads) * READER;
		return new HeapPlan(shared - held, (int) connections);
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
