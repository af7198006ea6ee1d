// Debian's pgjdbc against the `jdbc` address: masked rows by a prepared statement, then a refused UPDATE.
// Run as a single source file with postgresql.jar on the class path. Argument: the address. Prints one JSON object.
import java.sql.DriverManager;
import java.sql.SQLException;

public class Jdbc {
  public static void main(String[] args) throws SQLException {
    try (var connection = DriverManager.getConnection(args[0])) {
      var rows = new StringBuilder();
      try (var statement = connection.prepareStatement("select id, name, email, city from customers where id <= ? order by id")) {
        statement.setInt(1, 3);
        var result = statement.executeQuery();
        while (result.next()) {
          if (rows.length() > 0) rows.append(",");
          rows.append("[").append(result.getInt(1));
          for (int column = 2; column <= 4; column++) rows.append(",").append(quoted(result.getString(column)));
          rows.append("]");
        }
      }
      String refused = "";
      try (var statement = connection.createStatement()) {
        statement.executeUpdate("update orders set status = 'x' where id = 1");
      } catch (SQLException error) {
        refused = error.getSQLState();
      }
      try (var statement = connection.createStatement()) {
        var result = statement.executeQuery("select count(*) from orders");
        result.next();
        System.out.println("{\"client\":\"pgjdbc\",\"rows\":[" + rows + "],\"refused\":" + quoted(refused) + ",\"orders\":" + result.getLong(1) + "}");
      }
    }
  }

  private static String quoted(String text) {
    return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
