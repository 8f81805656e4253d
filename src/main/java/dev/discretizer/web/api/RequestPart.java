package dev.discretizer.web.api;

import java.util.List;

/**
 * A part of multipart bodies, declared once: the reader of parts and the document use
 * this declaration. Parts come in the order in which the endpoint declares them.
 *
 * @param name of the form's field
 * @param content what it holds
 * @param formats its formats; without a Content-Type of its own, or with that of any
 * bytes, a part's first bytes tell which
 * @param many whether it may occur more than once
 * @param words its description
 */
public record RequestPart(String name, Content content, List<Format> formats, boolean many, String words) {

	/** What a part holds. */
	public enum Content {

		/** A graph, or the state dict of a network. */
		NETWORK,
		/** A recording for the network in the first part. */
		RECORDING

	}

	/** Copies the list. */
	public RequestPart {
		formats = List.copyOf(formats);
	}

}
