/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB; for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: test
-- ------------------------------------------------------

/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
# It's a comment; with a quote
DROP TABLE IF EXISTS `t;`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `t;` (
  `id` int(11) NOT NULL, -- an id;
  `a` varchar(10) DEFAULT NULL COMMENT 'it''s; "a"'
) ENGINE=InnoDB;

LOCK TABLES `t;` WRITE;
/*!40000 ALTER TABLE `t;` DISABLE KEYS */;
INSERT INTO `t;` VALUES (1,'a''; b','c',NULL),
(2,"a \"; b",'c\'; d',0x3B);
/*!40000 ALTER TABLE `t;` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t1 BEFORE INSERT ON `t;`
FOR EACH ROW BEGIN
  SET NEW.id = 1; /* a; */
END */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
DELIMITER $$
CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()
BEGIN
  SELECT 'a$'; -- $$
  SELECT 2;
END$$
DELIMITER ;
CREATE PROCEDURE `q`()
BEGIN
  CASE 1 WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE;
END;
SELECT 1 --1;
;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
-- Dump completed
