import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** A server that speaks MongoDB's protocol and keeps its data in memory: mongo-java-server. */
public final class QuickDatabase {
  /** Its own answer is a version that today's drivers refuse to speak to. */
  private static final class FiveZero implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 13;
    }
  }

  /** Arguments: the address and the port to listen on. */
  public static void main(String[] arguments) {
    MemoryBackend backend = new MemoryBackend();
    backend.version(new FiveZero());
    MongoServer server = new MongoServer(backend);
    server.bind(arguments[0], Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
  }
}
