package dev.discretizer.budget;

/**
 * Names of the request attributes by which {@code web}, {@code web.server} and
 * {@code security}, which do not import each other, exchange what they know of a request.
 */
public final class RequestAttributes {

	/**
	 * The caller's name for logs and metrics: the id of a key, a listed client, or
	 * "none". Absent where no authentication is configured.
	 */
	public static final String KEY_ID = "dev.discretizer.key-id";

	/** Why the request was refused, as text for its problem. */
	public static final String REFUSAL = "dev.discretizer.refusal";

	/**
	 * Marks a request of the service's own warm-up, which appears in no metric and no
	 * log, and needs no key. application.yaml names it for Tomcat's access log.
	 */
	public static final String WARM_UP = "dev.discretizer.warm-up";

	private RequestAttributes() {
	}

}
