package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.multipart.MultipartReader;
import dev.discretizer.codec.multipart.Part;
import dev.discretizer.codec.recording.RecordingFormat;
import dev.discretizer.codec.recording.RecordingReader;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import dev.discretizer.web.BodyDecoder.Body;
import dev.discretizer.web.BodyDecoder.Content;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestPart;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Decodes one multipart body, each part by the codec of its format while it arrives.
 */
final class PartsDecoder {

	private final Body body;

	private final List<RequestPart> declared;

	private final RequestValues values;

	private final SequencedMap<String, Upload> networks = new LinkedHashMap<>();

	private final List<Recording> recordings = new ArrayList<>();

	/** How many recordings have been read. */
	private int count;

	private @Nullable Plan plan;

	private boolean unplanned;

	/** Index of the declaration of the last part. */
	private int at = -1;

	PartsDecoder(Body body, Endpoint endpoint, RequestValues values) {
		this.body = body;
		this.declared = endpoint.parts();
		this.values = values;
	}

	/**
	 * Reads all parts.
	 * @throws MalformedInputException if a part is missing, unknown, at another place
	 * than declared, or malformed
	 */
	Content decode() throws IOException {
		MultipartReader reader = MultipartReader.of(this.body.in(), this.body.boundary());
		for (Part part = reader.next(); part != null; part = reader.next()) {
			read(part, declaration(part));
		}
		if (this.at < this.declared.size() - 1) {
			throw missing("the body ends");
		}
		return new Content(Fields.TENSOR.name(), this.networks, List.copyOf(this.recordings), this.plan);
	}

	/** The declaration of a part, which must be that of the part before or the next. */
	private RequestPart declaration(Part part) {
		int index = this.declared.stream().map(RequestPart::name).toList().indexOf(part.name());
		if (index < 0) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer("", part.name()),
					"part \"%s\" is unknown here, %s expected".formatted(Names.clip(part.name()), expected()));
		}
		if (index > this.at + 1) {
			throw missing("part %s found".formatted(part.name()));
		}
		RequestPart declaration = this.declared.get(index);
		if (index < this.at || (index == this.at && !declaration.many())) {
			throw new MalformedInputException(Cause.DUPLICATE_NAME, Names.pointer("", part.name()),
					"part %s is given twice, once is expected".formatted(part.name()));
		}
		this.at = index;
		return declaration;
	}

	private MalformedInputException missing(String found) {
		String next = this.declared.get(this.at + 1).name();
		return new MalformedInputException(Cause.MISSING_MEMBER, Names.pointer("", next),
				"%s, part %s is expected before: the parts are %s, in this order".formatted(found, next, expected()));
	}

	private String expected() {
		return String.join(", ",
				this.declared.stream().map((part) -> part.name() + (part.many() ? " (one or more)" : "")).toList());
	}

	private void read(Part part, RequestPart declaration) throws IOException {
		PushbackInputStream in = new PushbackInputStream(part.content(), BodyKind.HEAD);
		Format format = format(part, declaration, in);
		switch (declaration.content()) {
			case NETWORK -> this.networks.put(part.name(), network(part, in, format));
			case RECORDING -> recording(part, in, format);
		}
	}

	/** The format that a part's Content-Type names, or its first bytes tell. */
	private static Format format(Part part, RequestPart declaration, PushbackInputStream in) throws IOException {
		if (part.contentType() != null) {
			MediaType type = mediaType(part, part.contentType());
			if (!type.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM)) {
				Format format = Format.ofContentType(type, declaration.formats());
				if (format == null) {
					throw unsupported(part, Names.clip(part.contentType()), declaration.formats());
				}
				return format;
			}
		}
		return guess(declaration.formats(), in);
	}

	private static MediaType mediaType(Part part, String contentType) {
		try {
			return MediaType.parseMediaType(contentType);
		}
		catch (InvalidMediaTypeException ex) {
			throw new MalformedInputException(Cause.MALFORMED, Names.pointer("", part.name()),
					"part %s: Content-Type \"%s\" is not understood".formatted(part.name(), Names.clip(contentType)));
		}
	}

	private static MalformedInputException unsupported(Part part, String found, List<Format> formats) {
		return new MalformedInputException(Cause.UNSUPPORTED_FORMAT, Names.pointer("", part.name()),
				"part %s: Content-Type is %s, one of %s is expected".formatted(part.name(), found, Negotiation
					.names(formats.stream().flatMap((format) -> format.mediaTypes().stream()).toList())));
	}

	/**
	 * The format that the first bytes tell; the first format where they tell none, so
	 * that its codec says what it has found.
	 */
	private static Format guess(List<Format> formats, PushbackInputStream in) throws IOException {
		byte[] head = in.readNBytes(BodyKind.HEAD);
		in.unread(head);
		BodyKind kind = BodyKind.of(head);
		for (Format format : formats) {
			if (kind != null && kind.name().equals(format.name())) {
				return format;
			}
		}
		return formats.getFirst();
	}

	private Upload network(Part part, PushbackInputStream in, Format format) throws IOException {
		int first = in.read();
		if (first >= 0) {
			in.unread(first);
		}
		try {
			return BodyDecoder.network(new Body(in, -1, format, null, this.body.allowance()));
		}
		catch (MalformedInputException ex) {
			String pointer = Objects.requireNonNullElse(ex.pointer(), "");
			String prefix = "part %s: ".formatted(part.name());
			String detail = (first < 0) ? BodyKind.valueOf(format.name()).nothing() : String.valueOf(ex.getMessage());
			MalformedInputException named = new MalformedInputException(ex.cause(), "/" + part.name() + pointer,
					detail.startsWith(prefix) ? detail : prefix + detail);
			named.initCause(ex);
			throw named;
		}
	}

	private void recording(Part part, InputStream in, Format format) throws IOException {
		this.count++;
		this.body.allowance().check(RequestLimit.RECORDINGS, this.count, "the body");
		Shape input = input();
		if (input != null) {
			String name = Objects.requireNonNullElse(part.fileName(), "recording-" + (this.count - 1));
			RecordingFormat kind = (format == Format.NPZ) ? RecordingFormat.NPZ : RecordingFormat.NPY;
			this.recordings.add(RecordingReader.read(in, -1, kind, name, input,
					Fields.MERGE_POLARITY.get(this.values, null), this.body.allowance()));
		}
	}

	/**
	 * What the first network takes. Null if it cannot be on a chip: then its recordings
	 * are not read, and the controller, which plans it again, says why, after the rest of
	 * the body has been found well formed.
	 */
	private @Nullable Shape input() {
		if (this.plan == null && !this.unplanned
				&& this.networks.firstEntry().getValue() instanceof Upload.Graph graph) {
			try {
				this.plan = Plan.of(graph.network(), Fields.R.get(this.values, null));
			}
			catch (MalformedNetworkException | UnsupportedNetworkException ex) {
				this.unplanned = true;
			}
		}
		return (this.plan != null) ? this.plan.input() : null;
	}

}
