package dev.discretizer.behaviour.simulator;

/**
 * Receives a simulation's amount of work while it runs, and stops it by throwing an
 * exception, for example when a limit is reached or the request was cancelled. Every
 * simulating thread calls it about once a millisecond.
 */
public interface Monitor {

	/** Never stops a simulation. */
	Monitor NONE = new Monitor() {
		@Override
		public void steps(String recording, long steps) {
		}

		@Override
		public void work(long synops, long other) {
		}
	};

	/**
	 * Called before a recording is simulated by steps.
	 * @param steps number of its time steps
	 */
	void steps(String recording, long steps);

	/**
	 * Called after each portion of work.
	 * @param synops additions of a weight to a state since the last call
	 * @param other all other work since the last call, in additions that take about as
	 * long
	 */
	void work(long synops, long other);

}
