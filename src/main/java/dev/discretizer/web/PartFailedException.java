package dev.discretizer.web;

/**
 * A part of a form other than the first is at fault.
 */
final class PartFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ApiRequest part;

	private final RuntimeException failure;

	/**
	 * Names the part.
	 * @param part the request as if it had this part alone
	 * @param failure what is wrong with the part
	 */
	PartFailedException(ApiRequest part, RuntimeException failure) {
		super("part %s: %s".formatted(part.content().networks().firstEntry().getKey(), failure.getMessage()), failure);
		this.part = part;
		this.failure = failure;
	}

	ApiRequest part() {
		return this.part;
	}

	RuntimeException failure() {
		return this.failure;
	}

}
