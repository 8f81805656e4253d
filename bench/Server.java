import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.tools.attach.VirtualMachine;

/**
 * One of the servers that are compared: a process, and its port on the loopback interface.
 *
 * @param name "floor", "tomcat", "service" or "peer"
 */
record Server(String name, int port, long pid) {

	/** Parses "name:port:pid". */
	static Server parse(String text) {
		String[] parts = text.split(":", -1);
		return new Server(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
	}

	boolean isPeer() {
		return this.name.equals("peer");
	}

	boolean isService() {
		return this.name.equals("service");
	}

	/** Resets the peak memory to the memory held now, if the kernel supports it. */
	void resetPeak() {
		for (Path process : processes()) {
			try {
				Files.writeString(process.resolve("clear_refs"), "5");
			}
			catch (IOException ex) {
				// The peak is then the one since the start.
			}
		}
	}

	/** Largest resident memory of the process and its children, in bytes; 0 if the kernel does not report it. */
	long peak() {
		long bytes = 0;
		for (Path process : processes()) {
			try {
				bytes += Files.readAllLines(process.resolve("status"))
					.stream()
					.filter((line) -> line.startsWith("VmHWM:"))
					.mapToLong((line) -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
					.sum();
			}
			catch (IOException ex) {
				// The process has ended.
			}
		}
		return bytes;
	}

	private List<Path> processes() {
		List<Path> processes = new ArrayList<>();
		ProcessHandle.of(this.pid).ifPresent((process) -> {
			processes.add(Path.of("/proc", Long.toString(process.pid())));
			process.descendants().forEach((each) -> processes.add(Path.of("/proc", Long.toString(each.pid()))));
		});
		return processes;
	}

	/** Bytes that all threads of a Java server have allocated since its start. */
	Allocation allocation() throws Exception {
		VirtualMachine machine = VirtualMachine.attach(Long.toString(this.pid));
		try {
			MBeanServerConnection beans = JMXConnectorFactory
				.connect(new JMXServiceURL(machine.startLocalManagementAgent()))
				.getMBeanServerConnection();
			ObjectName threads = new ObjectName("java.lang:type=Threading");
			return () -> (Long) beans.getAttribute(threads, "TotalThreadAllocatedBytes");
		}
		finally {
			machine.detach();
		}
	}

	/** Reads the number of bytes allocated so far. */
	interface Allocation {

		long bytes() throws Exception;

	}

}
