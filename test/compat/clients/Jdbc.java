// pgjdbc against a gateway: argument = address. Prints one line `waiting {…}` with what it saw, then goes on asking until
// the connection is ended, and prints how. Run as a single source file with the driver on the class path.
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

public class Jdbc {
  static final String TEXT = "select id, email, city from people where id = ?";

  public static void main(String[] args) throws Exception {
    Connection connection = DriverManager.getConnection(args[0]);
    var seen = new StringBuilder("{\"client\":\"pgjdbc\",\"version\":" + quoted(connection.getMetaData().getDriverVersion()));
    seen.append(",\"tls\":").append(args[0].contains("sslmode=verify-full"));
    try (var statement = connection.prepareStatement(TEXT)) {
      seen.append(",\"text\":").append(row(statement, 1)).append(",\"prepared\":[").append(row(statement, 1)).append(",").append(row(statement, 2)).append(",").append(row(statement, 1)).append("]");
      // From the fifth execution on the driver prepares on the server and asks for binary results.
      for (int n = 0; n < 6; n++) row(statement, 1);
      seen.append(",\"binary\":").append(row(statement, 1));
    }
    var out = new StringWriter();
    connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy (select id, email from people where id < 3 order by id) to stdout", out);
    seen.append(",\"copy\":").append(quoted(out.toString()));
    try (Statement statement = connection.createStatement()) {
      new Thread(() -> {
        try {
          Thread.sleep(500);
          statement.cancel();
        } catch (Exception error) {
          error.printStackTrace();
        }
      }).start();
      try {
        statement.executeQuery("select count(*) from big a, big b");
      } catch (SQLException error) {
        seen.append(",\"cancelled\":").append(quoted(error.getSQLState()));
      }
    }
    seen.append(",\"refused\":").append(failed(connection, "update people set city = 'x'"));
    try (Statement statement = connection.createStatement()) {
      ResultSet result = statement.executeQuery("select count(*) from people");
      result.next();
      seen.append(",\"after\":").append(result.getLong(1)).append("}");
    }
    System.out.println("waiting " + seen);
    String ended = null;
    while (ended == null) {
      Thread.sleep(50);
      ended = failed(connection, "select 1");
    }
    System.out.println("ended " + ended);
  }

  static String row(PreparedStatement statement, int id) throws SQLException {
    statement.setInt(1, id);
    ResultSet result = statement.executeQuery();
    result.next();
    return "[" + result.getInt(1) + "," + quoted(result.getString(2)) + "," + quoted(result.getString(3)) + "]";
  }

  static String failed(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return null;
    } catch (SQLException error) {
      var said = error instanceof PSQLException ? ((PSQLException) error).getServerErrorMessage() : null;
      return "{\"code\":" + quoted(error.getSQLState()) + ",\"message\":" + quoted(error.getMessage()) + ",\"hint\":" + quoted(said == null ? null : said.getHint()) + "}";
    }
  }

  private static String quoted(String text) {
    return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + "\"";
  }
}
