import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The fastest service possible on Tomcat, as a lower bound: a servlet that reads the bytes of a request and writes a
 * quarter as many back, on a connector configured like the service's.
 *
 * <p>
 * {@code java -cp 'lib/*' TomcatFloor.java PORT [NAME=VALUE ...]} with the libraries of the packaged service, and
 * further properties of the connector. Loopback only.
 */
final class TomcatFloor {

	private TomcatFloor() {
	}

	public static void main(String[] args) throws Exception {
		File home = Files.createTempDirectory("tomcat-floor").toFile();
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(home.getPath());
		Connector connector = new Connector();
		connector.setPort(Integer.parseInt(args[0]));
		connector.setProperty("address", "127.0.0.1");
		connector.setProperty("maxThreads", "700");
		connector.setProperty("maxConnections", "2000");
		connector.setProperty("maxKeepAliveRequests", "-1");
		for (int i = 1; i < args.length; i++) {
			String[] property = args[i].split("=", 2);
			if (!connector.setProperty(property[0], property[1])) {
				throw new IllegalArgumentException("the connector has no property " + property[0]);
			}
		}
		tomcat.setConnector(connector);
		Context context = tomcat.addContext("", home.getPath());
		Tomcat.addServlet(context, "discard", new Discard());
		context.addServletMappingDecoded("/*", "discard", false);
		tomcat.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
		Thread.sleep(Duration.ofDays(1));
	}

	private static void delete(File file) {
		File[] files = file.listFiles();
		if (files != null) {
			for (File each : files) {
				delete(each);
			}
		}
		file.delete();
	}

	private static final class Discard extends HttpServlet {

		private static final long serialVersionUID = 1;

		private static final int SLICE = 64 * 1024;

		@Override
		protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
			byte[] slice = new byte[(int) Math.clamp(request.getContentLengthLong(), 1, SLICE)];
			InputStream in = request.getInputStream();
			long length = 0;
			for (int read = in.read(slice); read >= 0; read = in.read(slice)) {
				length += read;
			}
			response.setContentType("application/octet-stream");
			response.setContentLengthLong(length / 4);
			OutputStream out = response.getOutputStream();
			for (long left = length / 4; left > 0; left -= Math.min(left, slice.length)) {
				out.write(slice, 0, (int) Math.min(left, slice.length));
			}
		}

	}

}
