package dev.discretizer.security;

/**
 * The settings of a mode are missing or contradict each other. Names no secret and no
 * hash, since its message is shown at the start.
 */
final class SettingsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Makes one.
	 * @param message what was found
	 * @param action what to do about it
	 */
	SettingsException(String message, String action) {
		super(message);
		this.action = action;
	}

	/** What to do about it. */
	String action() {
		return this.action;
	}

}
